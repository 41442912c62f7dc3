import type { SentenceBank } from './sentence-bank.ts';

export const spanishBank: SentenceBank = {
  notice: {
    opening: '> Texto de muestra del entorno de pruebas de Octavo. Ningún modelo de IA ha escrito esto.',
    closing: '*Fin de la muestra: estas palabras salen de un banco de frases fijo, no de un modelo de IA.*',
  },
  noTopic: 'un tema abierto',
  blog: {
    titles: ['Una primera mirada: {topic}', 'Lo que conviene saber: {topic}', 'Apuntes: {topic}'],
    intros: [
      'Has preguntado por «{topic}». Esta página enseña dónde estaría el artículo, qué extensión tendría y en qué orden vendrían sus partes, para que puedas valorar el diseño antes de que lo complete un autor o un modelo de verdad.',
      'La petición era «{topic}». Lo que sigue ocupa su lugar: la estructura es la de un texto terminado, mientras que los consejos son tan generales que valen para casi cualquier asunto.',
      'Aquí tienes un borrador con forma de artículo para «{topic}». Lleva apartados, una lista breve y una conclusión, y por eso sirve para probar el editor, la vista previa y la exportación.',
    ],
    sections: [
      {
        heading: 'Empezar por la pregunta de fondo',
        sentences: [
          'Casi todo resulta más fácil cuando alguien escribe qué quiere averiguar.',
          'Una pregunta sencilla al principio de la hoja decide, sin ruido, qué datos entran y cuáles pueden esperar.',
          'Si dos preguntas compiten, cada una merece su propia página.',
          'El lector perdona antes una respuesta estrecha que una respuesta vaga.',
        ],
      },
      {
        heading: 'Mirar un caso concreto',
        sentences: [
          'Las frases generales se olvidan; un ejemplo bien contado se queda.',
          'Elige una situación corriente, descríbela en orden y guarda el detalle sorprendente para el momento justo.',
          'Las cifras ayudan cuando llegan con unidad, fecha y fuente.',
          'Después, una línea sobre lo que cambiaría en otro lugar vale más que tres ejemplos nuevos.',
        ],
      },
      {
        heading: 'Dónde se suele tropezar',
        sentences: [
          'Los errores frecuentes rara vez son espectaculares, y por eso duran.',
          'Hay quien se salta la preparación aburrida y quien copia una receta pensada para otras condiciones.',
          'Una lista corta detecta ambas cosas, siempre que se lea antes de comenzar.',
          'Cuando algo falla de todos modos, anota las circunstancias mientras están frescas.',
        ],
      },
      {
        heading: 'Lo que cuesta y lo que ahorra',
        sentences: [
          'Toda elección tiene un precio en dinero, en horas o en atención.',
          'Puestos los tres uno al lado del otro, la decisión suele tomarse sola.',
          'Lo barato esconde su precio en el mantenimiento; lo caro, en costumbres difíciles de dejar.',
          'Conviene repasar la cuenta cada temporada, porque las circunstancias se mueven aunque los planes no lo hagan.',
        ],
      },
      {
        heading: 'Las personas que hay detrás',
        sentences: [
          'Detrás de cada proceso hay alguien que convive con él un martes de lluvia.',
          'Pregúntale pronto, escucha más de lo que parece eficiente y repite lo que has entendido.',
          'Reconocer el mérito con nombre y apellido no cuesta nada y se recuerda durante años.',
          'El desacuerdo amable es el control de calidad más económico que existe.',
        ],
      },
      {
        heading: 'Cómo mantener el ritmo',
        sentences: [
          'El entusiasmo pone en marcha un proyecto y la rutina lo termina.',
          'Fija un paso modesto, protégelo y deja que los resultados se acumulen en silencio.',
          'En los días lentos, ordena: renombra, clasifica, borra y deja la mesa limpia para mañana.',
          'Los pequeños avances compartidos pesan más que las metas lejanas.',
        ],
      },
    ],
    listHeading: 'Una lista breve para llevar',
    listItems: [
      'Escribe el objetivo en una frase y ponle fecha.',
      'Reúne tres fuentes que no estén de acuerdo.',
      'Decide qué vas a dejar fuera, y dilo.',
      'Enseña una versión imperfecta a alguien paciente.',
      'Mide antes de cambiar nada y vuelve a medir.',
      'Conserva lo que funcionó y retira lo que solo estaba.',
    ],
    endings: [
      'Esta es la forma del texto. Conecta un proveedor en los ajustes, o entrega el esquema a un compañero, y estos párrafos dejarán paso a palabras que conozcan el tema.',
      'El siguiente paso es tuyo: elige un proveedor, genera otra vez y compara el resultado con este esquema, apartado por apartado.',
    ],
  },
  product: {
    titles: ['{topic}', 'Te presentamos: {topic}'],
    intros: [
      'Descripción provisional de «{topic}», escrita para enseñar la extensión, el tono y el diseño. Sustitúyela en cuanto tengas los datos reales: materiales, medidas, precio y garantía van aquí, con las palabras que usan tus clientes.',
      'Así podría ordenarse la ficha de «{topic}». Las primeras líneas responden qué es y para quién es; los detalles llegan después, en un orden que se pueda leer con prisa.',
    ],
    listHeading: 'De un vistazo',
    listItems: [
      '**Hecho para cada día:** cuenta qué resiste y cómo se ha comprobado.',
      '**Fácil de instalar:** di los minutos que lleva y las herramientas que pide.',
      '**A tu medida:** indica dimensiones, peso y contenido de la caja.',
      '**Sencillo de cuidar:** explica la limpieza, los recambios y la reparación.',
      '**Promesa clara:** señala el plazo de entrega, las devoluciones y la garantía.',
    ],
    uses: [
      'Describe un momento de un día corriente en el que el producto ayuda y detente ahí; una escena sincera convence más que una fila de adjetivos.',
      'Compáralo con la alternativa evidente, con justicia, y di para quién sería esa alternativa la compra más sensata.',
    ],
    endings: ['Cuando quieras: añade los datos, genera de nuevo y publica.', '¿Quedan dudas? Responde justo debajo a las tres más frecuentes.'],
  },
  social: {
    hooks: ['Hoy pensamos en «{topic}». ☕', 'Una idea rápida sobre «{topic}» 👇', 'Tres líneas sobre «{topic}»:'],
    bodies: [
      'Empieza por lo pequeño, enseña el proceso y deja ver también la mitad sin terminar, no solo el final brillante.',
      'El mejor consejo cabe en una nota adhesiva; lo demás es paciencia con buena cara y alguna pausa.',
      'Nadie necesita un plan perfecto el lunes: basta un primer paso que se pueda deshacer sin drama.',
    ],
    questions: ['¿Qué probarías primero?', '¿Cómo lo hacéis por allí?', '¿Qué parte te ha sorprendido más?'],
    tags: '#TextoDeMuestra #Octavo',
  },
  story: {
    names: ['Mara', 'Inés', 'Lucía', 'Elvira', 'Nuria'],
    places: ['el viejo observatorio', 'la calle del Farol', 'la estación del valle', 'el muelle de poniente'],
    titles: ['{name} y la nota doblada', 'Lo que encontró {name}'],
    beats: [
      [
        'La última tarde del verano, {name} encontró una nota doblada bajo la puerta. Llevaba unas pocas palabras en tinta azul: «{topic}». No había nombre ni dirección, y el papel olía un poco a naranjas y a lluvia.',
        'El reloj de la torre se había parado otra vez, así que {name} subió con la lámpara y la aceitera. Detrás del péndulo alguien había clavado una tarjeta. «{topic}», decía, con letras cuidadas como puntadas.',
      ],
      [
        'La leyó dos veces y después en voz alta, como su abuela probaba las melodías. La habitación escuchaba. Fuera sonó el timbre de una bicicleta, respondió un perro y la calle volvió a su silencio.',
        'Casi cualquiera la habría tirado. {name} la guardó en el bolsillo del abrigo, porque los misterios pequeños le parecían un equipaje que no pesaba nada y daba calor.',
      ],
      [
        'Cerca de allí, en {place}, el panadero cerraba las contraventanas. Negó con la cabeza, acercó el papel a la luz y se acordó de un viajero que había pagado con monedas extranjeras y preguntado por el camino del río.',
        'La bibliotecaria, vecina de siempre en {place}, conocía todas las letras del pueblo menos aquella. Reconoció, eso sí, la tinta: venía de una tienda junto al agua que ardió antes de que ellas nacieran.',
      ],
      [
        'De modo que el rastro bajaba hasta la orilla. La niebla se había posado entre las barcas, espesa como lana, y las tablas del embarcadero chocaban despacio. Dos veces pensó en volver; dos veces parpadeó una luz más adelante.',
        'El sendero terminaba en una verja que ningún mapa mencionaba. El pestillo estaba frío y las bisagras, recién engrasadas. Quien dejó el mensaje esperaba visita, y {name}, que odiaba llegar tarde, empujó con el hombro.',
      ],
      [
        'Una anciana remendaba allí una red y no levantó la vista. —Has tardado —dijo—. Cada año mando una de esas. Casi todos contestan a las palabras. Eres la primera que viene a preguntar por quien las escribe.',
        'Dentro, un niño alimentaba la estufa con hojas de un libro de cuentas. No tenía miedo. —Me dijeron que esperase a la persona que prefiere preguntar antes que adivinar —explicó, y sirvió té en dos tazas desportilladas.',
      ],
      [
        'Hablaron hasta que las estrellas se aclararon. {name} contó lo de la tienda que nunca abrió y lo de las cartas que no había enviado. Entre la segunda taza y la primera gaviota, la duda que llevaba todo el día se hizo ligera y se marchó.',
        'Después vio un cajón lleno de tarjetas parecidas, cada una con su fecha y con una letra distinta al pie. Aquello no era un acertijo, comprendió, sino una invitación que pasaba de un desconocido a otro como un libro prestado.',
      ],
      [
        'Por la mañana compró una hoja y un frasco de tinta azul. Escribió despacio, dobló el papel en cuatro y lo deslizó bajo una puerta elegida con los ojos cerrados. Luego volvió a casa por el camino largo, tarareando.',
        'Cuando el reloj dio de nuevo las siete, todo el pueblo miró hacia arriba. {name} se limpió las manos, sonrió a la escalera vacía y clavó una tarjeta nueva tras el péndulo, donde la siguiente persona cuidadosa la encontraría.',
      ],
    ],
  },
  filler: {
    subjects: [
      'Un lector paciente', 'El segundo borrador', 'Una pregunta sincera', 'Cada pequeña costumbre', 'La hora tranquila', 'Una mirada nueva', 'Un ejemplo claro',
      'La respuesta sencilla', 'Una idea prestada', 'El primer intento', 'La buena compañía', 'Un largo paseo', 'El detalle ausente', 'Una ventana abierta',
      'El camino lento', 'Una nota cuidadosa', 'Cada error honrado', 'El viejo cuaderno', 'Un rival amistoso', 'La versión breve', 'Una mesa ordenada',
      'La próxima temporada', 'Una mano firme',
    ],
    verbs: [
      'cambia todo el panorama', 'deja espacio a dudas', 'da forma al trabajo', 'marca la diferencia', 'reúne las partes',
      'se gana su sitio', 'enseña lo que importa', 'cumple lo prometido', 'pide atención', 'abre otra puerta', 'cierra la discusión',
      'ahorra una tarde', 'señala algo nuevo', 'compensa el esfuerzo', 'enseña algo útil', 'sostiene el peso', 'encuentra su ritmo',
      'guarda el hilo', 'suaviza los bordes',
    ],
    tails: [
      'sin que se note.', 'cuando baja el polvo.', 'en casi cualquier caso.', 'si cambia el tiempo.', 'sin hacer ruido.',
      'mientras alguien escuche.', 'tras una segunda mirada.', 'para quien sabe esperar.', 'y nada se pierde.', 'por tarde que llegue.',
      'en un día corriente.', 'si se le permite.', 'más de lo esperado.', 'con muy poco gasto.', 'donde otros no miraban.',
      'hasta terminar la tarea.', 'y después sigue adelante.',
    ],
  },
};
